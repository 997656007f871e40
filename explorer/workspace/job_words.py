"""How far a job is, when it ran and how long, and what came of it, in words."""

from datetime import datetime

from explorer.workspace.jobs import Job


def progress_text(job: Job) -> str:
    """How far a job is, such as "1,200 of 2,000 · 210 a second · 4 s left"."""
    if job.waits_for:
        return f"Waits until “{job.waits_for}” has ended"
    if not job.total:
        return "Getting ready …"
    return steps_text(job.done, job.total, job.rate, job.eta_s)


def steps_text(done: int, total: int, rate: float | None, eta_s: float | None) -> str:
    """How far work is: steps done and in all, steps a second, seconds left; None for what cannot be told."""
    parts = [f"{done:,} of {total:,}"]
    if rate:
        parts.append(f"{rate:,.0f} a second" if rate >= 1 else f"{60 * rate:,.0f} a minute")
    if eta_s is not None:
        parts.append(f"{duration(eta_s)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """A time span in words: "8 s", "3 min", "2 h 5 min"."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def clock(seconds: float) -> str:
    """A time of this machine's clock: "14:05" today, "28 Nov 14:05" on another day."""
    then, now = datetime.fromtimestamp(seconds), datetime.now()
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then.day} {then:%b %H:%M}"


def times(job: Job) -> str:
    """When a job began and how long it took, or has taken until now."""
    if job.waits_for:
        return f"asked for at {clock(job.started)}"
    return f"started {clock(job.begun)}, {'took' if job.ended else 'for'} {duration(job.seconds)}"


def outcome(job: Job) -> str:
    """What came of a job that has ended."""
    return job.error or job.result if job.state == "failed" else job.result


def job_line(job: Job) -> str:
    """A job in one line, as `explorer jobs` prints it."""
    told = progress_text(job) if job.state == "running" else outcome(job)
    return f"{job.state:<10} {job.title} · {times(job)} · {told}".rstrip(" ·")
