//! The table of platforms: what `hardtack build` builds for, its help and its hints walk it.
//!
//! A platform is a folder beside this file and a row in [`PLATFORMS`]. `README.md` has the recipe. Frameworks that take
//! a platform's artifact have a table of their own, [`FRAMEWORKS`].

#[path = "cloudflare/platform.rs"]
mod cloudflare;
#[path = "fetch/platform.rs"]
mod fetch;
#[path = "frameworks/table.rs"]
mod frameworks;
#[path = "hono/platform.rs"]
mod hono;
#[path = "js/modules.rs"]
mod js;
#[path = "lambda-edge/platform.rs"]
pub mod lambda_edge;
#[path = "node/platform.rs"]
mod node;
mod zip;

use hardtack_platform::Platform;

pub use frameworks::{FRAMEWORKS, Framework, framework};
pub use zip::{ZipError, zip};

/// Every platform, in the order of the command line's help.
pub static PLATFORMS: &[&Platform] = &[
    &lambda_edge::PLATFORM,
    &hardtack_cloudfront_function::PLATFORM,
    &cloudflare::PLATFORM,
    &fetch::PLATFORM,
    &hono::PLATFORM,
    &node::PLATFORM,
];

/// The platform of a name.
pub fn platform(name: &str) -> Option<&'static Platform> {
    PLATFORMS
        .iter()
        .copied()
        .find(|platform| platform.name == name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{PLATFORMS, Platform};

    /// The reference page, which is made from the policy's keys.
    const REFERENCE: &str = include_str!("../docs/policy.md");
    /// The pages that list the platforms.
    const OVERVIEW: &str = include_str!("README.md");
    const FRONT_PAGE: &str = include_str!("../README.md");

    #[test]
    fn every_platform_answers_for_every_key_of_the_reference() {
        let documented: Vec<_> = REFERENCE
            .lines()
            .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
            .collect();
        for platform in PLATFORMS {
            // Keys never stand in a policy file.
            let answered = platform.answers.keys().map(|(key, _)| key);
            let answered: Vec<_> = answered.filter(|key| *key != "id.keys").collect();
            assert_eq!(answered, documented, "{}", platform.name);
        }
    }

    #[test]
    fn every_platform_is_a_folder_with_a_page_and_tests_and_is_listed() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for Platform { name, .. } in PLATFORMS {
            let page = format!("{name}/README.md");
            assert!(here.join(&page).is_file(), "{page}");
            assert!(here.join(name).join("test").is_dir(), "{name}/test");
            assert!(
                OVERVIEW.contains(&format!("]({page})")),
                "README.md: {page}"
            );
            let page = format!("](adapters/{page})");
            assert!(FRONT_PAGE.contains(&page), "../README.md: {page}");
        }
    }
}
