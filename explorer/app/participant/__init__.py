"""The page of those who take part in a campaign: of our own, without sidebar or other pages, next to the app's."""
