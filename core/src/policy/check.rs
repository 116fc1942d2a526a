//! Refuses settings that browsers would refuse, or that contradict each other. Each rule checks its own settings; what
//! is between two of them is checked here.

use super::settings::Settings;
use crate::error::PolicyError;
use crate::http::domain::SuffixList;
use crate::rules::write::CookieSettings;

/// Checks all there is to check.
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

/// The cookie of renewal when due: the same attributes, a shorter life.
fn marker(settings: &Settings) -> Option<CookieSettings> {
    Some(CookieSettings {
        name: settings.renew.marker_of(&settings.cookie.name),
        max_age: settings.renew.period()?,
        http_only: true,
        ..settings.cookie.clone()
    })
}

/// The cookie that scripts read: the same but for `HttpOnly`.
fn script_cookie(settings: &Settings) -> Option<CookieSettings> {
    let name = settings.signals.script_cookie.clone()?;
    Some(CookieSettings {
        name,
        http_only: false,
        ..settings.cookie.clone()
    })
}
