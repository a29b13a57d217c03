"""How many entries a list counts when a document is measured; `kit.cost` asks for every list without `first`.

What counts is what a list holds in an alliance at work, not the most its description allows: an organization may list
100 services and lists ten. The estimate must never fall below what the fixtures answer; a test holds it.
"""

from __future__ import annotations

from alliance.coverage.reads import MOST_CELLS
from alliance.kit.cost import Bounds

BOUNDS = Bounds(
    rows={
        "ActivityBase.rooms": 10,
        "Category.leaves": 7,
        "Coverage.byAgeBand": 7,
        "Coverage.byCategory": 80,
        "Coverage.byPlace": 88,
        "Coverage.silentStations": 88,
        "District.neighbours": 7,
        "District.towns": 25,
        "Need.categories": 3,
        "Need.claims": 5,
        "NeedDraft.categories": 3,
        "Organization.capabilities": 15,
        "Organization.stations": 5,
        "Query.bases": 5,
        "Query.categories": 80,
        "Query.childGroups": 30,
        "Query.districts": 7,
    },
    parts={
        "Candidate.missingQualifications": 5,
        "Candidate.obstacles": 5,
        "Candidate.reasons": 9,
        "CandidateConnection.counts": 3,
        "Capability.area": 7,
        "Capability.groups": 5,
        "Capability.modes": 4,
        "Capability.months": 12,
        "Capability.qualifications": 5,
        "Capability.windows": 7,
        "Category.actionLines": 7,
        "Category.qualifications": 5,
        "Category.synonyms": 15,
        "CategoryProposal.spans": 10,
        "Contact.hours": 7,
        "Coverage.causes": 11,
        "CoverageGap.causes": 11,
        "IdentityFound.findings": 20,
        "InvalidInput.fields": 20,
        "JournalEntry.after": 10,
        "JournalEntry.before": 10,
        "JournalEntry.subjects": 10,
        "Need.groups": 5,
        "Need.publicGroups": 5,
        "Need.windows": 7,
        "NeedDraft.doubts": 20,
        "NeedDraft.groups": 5,
        "NeedDraft.parts": 3,
        "NeedDraft.readings": 15,
        "NeedDraft.windows": 7,
        "NotEligible.broken": 10,
        "OpenedContact.hours": 7,
        "Organization.qualifications": 15,
        "PleaseConfirm.findings": 20,
        "QualificationMissing.missing": 15,
        "Reading.spans": 10,
        "Room.equipment": 10,
        "WorklistItem.reasons": 9,
    },
    most={"Coverage.cells": MOST_CELLS},
)
