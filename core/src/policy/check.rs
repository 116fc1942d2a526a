//! Refuses settings that browsers would refuse, or that contradict each other. Each rule checks its own settings; what
//! is between two of them is checked here: the names of the second and third cookie, and the renewal period against
//! the cookie's lifetime.

use super::settings::Settings;
use crate::error::PolicyError;
use crate::http::domain::SuffixList;
use crate::rules::write::CookieSettings;

/// Checks every section except consent, which is checked where the consent rule is made.
///
/// The settings are taken apart without `..`, so a new section does not compile until it is checked here.
///
/// # Errors
///
/// The first setting that is wrong.
pub(super) fn settings(
    settings: &Settings,
    suffixes: Option<SuffixList>,
) -> Result<(), PolicyError> {
    let Settings {
        cookie,
        id,
        renew,
        adopt,
        bots,
        scope,
        caches: _,
        // What makes a consent rule of them refuses them, too.
        consent: _,
        signals,
    } = settings;
    cookie.check()?;
    scope.check()?;
    bots.check()?;
    signals.check()?;
    id.check()?;
    adopt.check(&cookie.name)?;
    renew.check_period(cookie.max_age)?;
    check_marker(settings)?;
    check_script_cookie(settings)?;
    cookie.check_domain(suffixes)
}

fn check_marker(settings: &Settings) -> Result<(), PolicyError> {
    match marker(settings) {
        Some(marker) => marker.check_second("renew.marker", &[&settings.cookie.name]),
        None => Ok(()),
    }
}

fn check_script_cookie(settings: &Settings) -> Result<(), PolicyError> {
    let Some(cookie) = script_cookie(settings) else {
        return Ok(());
    };
    let marker = marker(settings).map(|marker| marker.name);
    let marker = marker.as_deref().unwrap_or_default();
    cookie.check_second("signals.script_cookie", &[&settings.cookie.name, marker])
}

/// The renewal marker: the same attributes as the cookie with the id, and a shorter lifetime.
fn marker(settings: &Settings) -> Option<CookieSettings> {
    Some(CookieSettings {
        name: settings.renew.marker_of(&settings.cookie.name),
        max_age: settings.renew.period()?,
        http_only: true,
        ..settings.cookie.clone()
    })
}

/// The cookie that scripts read: the same attributes as the cookie with the id, without `HttpOnly`.
fn script_cookie(settings: &Settings) -> Option<CookieSettings> {
    let name = settings.signals.script_cookie.clone()?;
    Some(CookieSettings {
        name,
        http_only: false,
        ..settings.cookie.clone()
    })
}
