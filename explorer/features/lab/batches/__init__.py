"""Many filtered queries together: a partition tree made for the workload, and answers by groups (HQI)."""
