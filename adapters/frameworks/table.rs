//! The table of frameworks: names by which users look for a platform's artifact, and what each puts into a project.
//!
//! A framework is a row in [`FRAMEWORKS`]. Its entry is a program of the page that explains it, which tests run.

use hardtack::Settings;
use hardtack_platform::{NextStep, Platform, Refusal};

use crate::{fetch, js, node};

/// A framework, or a host, that takes the artifact of a platform.
#[derive(Debug)]
pub struct Framework {
    /// The name on the command line.
    pub name: &'static str,
    /// The platform whose artifact it takes.
    pub platform: &'static Platform,
    /// The folder that artifacts are built into, where none is named.
    pub folder: &'static str,
    /// The file to put into the project.
    pub entry: &'static str,
    /// Where pages find the visitor, if they see the request as the client sent it, whatever is led before them.
    pages_read: Option<&'static str>,
    /// The page that has it.
    page: &'static str,
    /// What runs the project with it.
    run: &'static str,
    /// What that does.
    effect: &'static str,
}

/// Every framework, in the order of the command line's help.
pub static FRAMEWORKS: &[Framework] = &[
    on_fetch("next", FETCH, "proxy.js", "npx next dev"),
    on_fetch("vercel", FETCH, "api/page.js", "npx vercel dev"),
    on_fetch(
        "netlify",
        FETCH,
        "netlify/edge-functions/visitor.js",
        "npx netlify dev",
    ),
    on_fetch("deno", FETCH, "serve.mjs", "deno serve serve.mjs"),
    on_fetch("bun", FETCH, "serve.mjs", "bun serve.mjs"),
    Framework {
        pages_read: Some("read `locals.visitor` in its place, and trust no such header"),
        ..on_fetch(
            "sveltekit",
            include_str!("sveltekit/README.md"),
            "src/hooks.server.js",
            "npx vite dev",
        )
    },
    Framework {
        // Astro empties `dist` when it builds.
        folder: "hardtack",
        pages_read: Some("read `Astro.locals.visitor` in its place, and trust no such header"),
        ..on_fetch(
            "astro",
            include_str!("astro/README.md"),
            "src/middleware.js",
            "npx astro dev",
        )
    },
    on_react_router("react-router"),
    on_react_router("remix"),
    on_node(
        "nuxt",
        include_str!("nuxt/README.md"),
        "server/plugins/visitor.js",
        "npx nuxt dev",
    ),
    on_node("express", NODE, "server.mjs", "node server.mjs"),
    on_node(
        "fastify",
        include_str!("fastify/README.md"),
        "server.mjs",
        "node server.mjs",
    ),
    on_node(
        "koa",
        include_str!("koa/README.md"),
        "server.mjs",
        "node server.mjs",
    ),
];

const FETCH: &str = include_str!("../fetch/README.md");
const NODE: &str = include_str!("../node/README.md");

const fn on_fetch(
    name: &'static str,
    page: &'static str,
    entry: &'static str,
    run: &'static str,
) -> Framework {
    Framework {
        name,
        platform: &fetch::PLATFORM,
        folder: "dist",
        entry,
        pages_read: None,
        page,
        run,
        effect: "runs the site with that file in it",
    }
}

/// Remix went on as React Router.
const fn on_react_router(name: &'static str) -> Framework {
    let page = include_str!("react-router/README.md");
    Framework {
        pages_read: Some("read `context.get(visitor)` in its place, and trust no such header"),
        effect: "runs the site, where `app/root.jsx` exports `middleware = [visited]`",
        ..on_fetch(name, page, "app/visitor.server.js", "npx react-router dev")
    }
}

const fn on_node(
    name: &'static str,
    page: &'static str,
    entry: &'static str,
    run: &'static str,
) -> Framework {
    Framework {
        platform: &node::PLATFORM,
        ..on_fetch(name, page, entry, run)
    }
}

/// The framework of a name.
pub fn framework(name: &str) -> Option<&'static Framework> {
    FRAMEWORKS.iter().find(|framework| framework.name == name)
}

impl Framework {
    /// What settings ask for and the framework's own entry cannot do, although the artifact could.
    ///
    /// A header that tells the origin who asks is no use where pages see what the client sent under its name.
    pub fn refusal(&self, settings: &Settings) -> Option<Refusal> {
        settings.signals.request_header.as_ref()?;
        self.pages_read.map(|hint| Refusal {
            key: "signals.request_header",
            why: "its pages see the request as the client sent it, forged headers and all",
            hint,
        })
    }

    /// The text of the file to put into the project, for an artifact at the path `built`.
    pub fn entry_for(&self, built: &str) -> String {
        let text = program(self.page, self.entry).unwrap_or_default();
        let as_in_page = format!("{}/{}", self.folder, self.platform.name);
        let mut pieces = text.split(as_in_page.as_str());
        let mut entry = pieces.next().unwrap_or_default().to_string();
        for piece in pieces {
            if built.starts_with('/') {
                entry.truncate(entry.trim_end_matches(['.', '/']).len());
            }
            entry.push_str(built);
            entry.push_str(piece);
        }
        entry
    }

    /// What to do when the file is in its place.
    pub fn next(&self, built: &str) -> NextStep {
        let run = self.run;
        NextStep {
            command: match self.installs() {
                true => format!("npm install {} && {run}", js::from_here(built)),
                false => run.to_string(),
            },
            effect: self.effect,
        }
    }

    /// The artifact is a package that the entry imports by its name.
    fn installs(&self) -> bool {
        program(self.page, self.entry).is_some_and(|text| text.contains("'hardtack-site'"))
    }
}

/// The program of a page whose first line names the file `path`, without that line.
fn program(page: &'static str, path: &str) -> Option<&'static str> {
    page.split("\n```js\n// ").skip(1).find_map(|block| {
        let (first, text) = block.split_once('\n')?;
        let named = first.split([' ', ',']).next()?;
        let (text, _) = text.split_once("\n```\n")?;
        (named == path).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::FRAMEWORKS;
    use crate::PLATFORMS;

    #[test]
    fn every_framework_has_an_entry_on_its_page_that_imports_the_artifact() {
        for framework in FRAMEWORKS {
            let name = framework.name;
            let entry = framework.entry_for("out/artifact");
            let imports = entry.contains("/out/artifact/hardtack.mjs'");
            assert!(imports || framework.installs(), "{name}: {entry}");
            let page = framework.page;
            assert!(page.contains(&format!("hardtack build {name}")), "{name}");
        }
    }

    #[test]
    fn an_entry_imports_from_where_the_artifact_is() {
        let sveltekit = super::framework("sveltekit").unwrap();
        let import = |built| {
            sveltekit
                .entry_for(built)
                .lines()
                .next()
                .unwrap()
                .to_string()
        };
        assert_eq!(
            import("out/fetch"),
            "import { wrap } from '../out/fetch/hardtack.mjs';"
        );
        assert_eq!(
            import("/srv/fetch"),
            "import { wrap } from '/srv/fetch/hardtack.mjs';"
        );
    }

    #[test]
    fn no_two_rows_have_one_name() {
        let platforms = PLATFORMS.iter().map(|platform| platform.name);
        let frameworks = FRAMEWORKS.iter().map(|framework| framework.name);
        let mut names: Vec<_> = platforms.chain(frameworks).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
