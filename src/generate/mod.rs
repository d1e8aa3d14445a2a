//! The synthetic desk: tickets, events, surveys and customers that look like a real one.
