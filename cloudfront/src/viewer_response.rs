//! For which responses CloudFront runs a viewer-response function.

/// Whether a viewer-response function runs for a response of this status.
///
/// It does not run for error pages, be they the origin's or custom ones ("Restrictions on all edge functions"), nor for
/// informational responses.
pub const fn runs_viewer_response(status: u16) -> bool {
    status >= 200 && status < 400
}

#[cfg(test)]
mod tests {
    use super::runs_viewer_response;

    #[test]
    fn functions_run_for_answers_below_400() {
        for status in [200, 204, 206, 301, 304, 399] {
            assert!(runs_viewer_response(status), "{status}");
        }
        for status in [101, 103, 400, 404, 500, 503, 599] {
            assert!(!runs_viewer_response(status), "{status}");
        }
    }
}
