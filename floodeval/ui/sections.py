"""The sections of the page Dataset, by the word that a link carries."""

SECTIONS = {
    "gallery": "Gallery",
    "balance": "Balance",
    "findings": "Findings",
    "scenes": "Scenes",
    "agreement": "Agreement",
    "stress": "Stress",
}
