//! What a reviewer says about a visit: decisions on equipment, and the countersignature.
//!
//! In: standing entries of `review` and `equipment` documents. Out: typed choices.
//! Never says what became of a proposal by itself: that needs all three documents.
//! Source: product design, "AT state is computed"; clinical guide, sections 3.2 and 4.

use crate::domain::coded::coded;

coded! {
    /// What an OT decided about one proposal.
    DecisionOutcome {
        /// As proposed.
        Approved => "approved",
        /// Another device or size instead.
        Changed => "changed",
        /// Not this.
        Declined => "declined",
        /// The proposer is asked something first.
        Asked => "asked",
        /// The OT goes and sees.
        SeeInPerson => "see_in_person",
        /// An approval taken back.
        Withdrawn => "withdrawn",
    }
}

coded! {
    /// Who did not want a device.
    DeclinedBy {
        /// The person.
        Person => "person",
        /// The OT.
        Ot => "ot",
    }
}

coded! {
    /// What a countersignature says.
    CountersignOutcome {
        /// Agreed as signed.
        Agree => "agree",
        /// Agreed, with something added.
        AgreeWithAddendum => "agree_with_addendum",
        /// To be corrected by addendum.
        Return => "return",
    }
}

coded! {
    /// How a hazard was closed.
    Closed {
        /// Gone.
        Removed => "removed",
        /// Less than it was.
        Reduced => "reduced",
        /// The person, with capacity, keeps it.
        Accepted => "accepted",
        /// Nothing can be done about it.
        NotPossible => "not_possible",
    }
}

coded! {
    /// How soon a device is needed.
    Urgency {
        /// Today.
        SameDay => "same_day",
        /// Within seven days.
        Soon => "soon",
        /// In turn.
        Routine => "routine",
    }
}

coded! {
    /// What happened to a device after it was instructed.
    SupplyKind {
        /// Ordered from a supplier.
        Ordered => "ordered",
        /// The person or family gets it.
        SelfSupplied => "self_supplied",
        /// Arrived.
        Delivered => "delivered",
        /// Fitted, shown, and shown back.
        FittedAndShown => "fitted_demonstrated",
        /// In use at follow-up.
        InUse => "in_use",
        /// Not used.
        NotUsed => "not_used",
        /// Faulty or recalled.
        RepairOrRecall => "repair_or_recall",
        /// Collected.
        Returned => "returned",
        /// The person no longer wants it.
        RefusedLater => "refused_later",
    }
}
