//! The platforms, and what of a policy each cannot do.

use clap::ValueEnum;
use hardtack::Settings;
use hardtack_server::edge_refuses_header;

/// Where an artifact runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Platform {
    /// AWS Lambda@Edge, viewer-response: a zip
    LambdaEdge,
    /// AWS CloudFront Functions, viewer-response: one JavaScript file
    CloudfrontFunction,
    /// Cloudflare Workers: a folder for wrangler
    Cloudflare,
    /// Deno, Netlify, Vercel, Bun, Next.js: modules to import
    Fetch,
    /// Express, Connect and plain Node servers: a package
    Node,
}

/// Something that policies can ask for and a platform cannot do.
#[derive(Debug)]
pub(super) struct Impossible {
    /// The policy's key.
    pub(super) key: &'static str,
    /// Whether a policy asks for it.
    asked: fn(&Settings) -> bool,
    /// Why it cannot be done, as a lower-case fragment.
    pub(super) why: &'static str,
    /// What to write instead.
    pub(super) hint: &'static str,
}

/// Lambda@Edge and CloudFront Functions run for the same responses, and may not set the same headers.
const CLOUDFRONT: &[Impossible] = &[
    Impossible {
        key: "scope.error_pages",
        asked: |settings| settings.scope.error_pages,
        why: "CloudFront runs no viewer-response function for status 400 and above",
        hint: "leave `error_pages` out",
    },
    Impossible {
        key: "signals.response_header",
        asked: |settings| {
            settings
                .signals
                .response_header
                .as_deref()
                .is_some_and(edge_refuses_header)
        },
        why: "CloudFront answers with an error where a function adds this header",
        hint: "choose a name that nothing else uses, such as \"x-visitor\"",
    },
];

impl Platform {
    /// The platform's name on the command line, and of what is built for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::LambdaEdge => "lambda-edge",
            Self::CloudfrontFunction => "cloudfront-function",
            Self::Cloudflare => "cloudflare",
            Self::Fetch => "fetch",
            Self::Node => "node",
        }
    }

    /// What of a policy the platform cannot do.
    pub(super) fn refuses(self, settings: &Settings) -> impl Iterator<Item = &'static Impossible> {
        let table = match self {
            Self::LambdaEdge | Self::CloudfrontFunction => CLOUDFRONT,
            Self::Cloudflare | Self::Fetch | Self::Node => &[],
        };
        table
            .iter()
            .filter(|impossible| (impossible.asked)(settings))
    }

    /// What to do with what was built, as a command or a line of code, and what that does. `built` is its path.
    pub(super) fn next(self, built: &str) -> (String, &'static str) {
        match self {
            Self::LambdaEdge | Self::CloudfrontFunction => (
                format!("hardtack serve --edge {built} DIR"),
                "runs it as CloudFront would",
            ),
            Self::Cloudflare => (
                format!("cd {built} && npx wrangler dev"),
                "runs it as Cloudflare would",
            ),
            Self::Fetch => (
                format!("import {{ wrap }} from '{}/hardtack.mjs'", from_here(built)),
                "and export `wrap(handler)`",
            ),
            Self::Node => (
                format!("npm install {}", from_here(built)),
                "and `app.use(visitor())` with `import { visitor } from 'hardtack-site'`",
            ),
        }
    }
}

/// A path that neither npm nor an `import` takes for a package's name.
fn from_here(path: &str) -> String {
    match path.starts_with(['.', '/']) {
        true => path.to_string(),
        false => format!("./{path}"),
    }
}
