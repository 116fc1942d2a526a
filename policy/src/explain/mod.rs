//! What a policy means: a summary of its sections, the attributes of its cookie, lifetimes per browser, and warnings.

pub(crate) mod lifetimes;
pub(crate) mod meanings;
pub(crate) mod site_domain;
pub(crate) mod summaries;
pub(crate) mod warnings;
