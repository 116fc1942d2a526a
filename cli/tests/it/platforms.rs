//! What `hardtack build` does for every platform of the table.

use std::fs;
use std::path::Path;

use hardtack_adapters::{FRAMEWORKS, PLATFORMS};
use hardtack_platform::Packing;
use insta::assert_snapshot;

use crate::build::built;
use crate::sandbox::{Sandbox, run};

/// The output with `[PLATFORMS]` and `[FRAMEWORKS]` in place of all names, which must be in the tables' order: a new
/// row changes no snapshot.
pub(crate) fn with_platforms_masked(shown: &str) -> String {
    let platforms: Vec<_> = PLATFORMS.iter().map(|platform| platform.name).collect();
    let frameworks: Vec<_> = FRAMEWORKS.iter().map(|framework| framework.name).collect();
    masked(
        &masked(shown, &platforms, "[PLATFORMS]"),
        &frameworks,
        "[FRAMEWORKS]",
    )
}

fn masked(shown: &str, names: &[&str], mask: &str) -> String {
    let start = shown.find(names[0]).unwrap();
    let end = names.iter().fold(start, |end, name| {
        let at = shown[end..].find(name);
        end + at.unwrap_or_else(|| panic!("no {name}: {shown}")) + name.len()
    });
    format!("{}{mask}{}", &shown[..start], &shown[end..])
}

#[test]
fn an_unknown_platform_names_the_known_ones() {
    assert_snapshot!(with_platforms_masked(&run("build lambda")), @"
    exit code: 2
    ----- stderr -----
    error: invalid value 'lambda' for '<PLATFORM>'
      [possible values: [PLATFORMS], [FRAMEWORKS]]

      tip: a similar value exists: 'lambda-edge'

    For more information, try '--help'.
    ");
}

/// The nearest name is suggested, of a platform or of a framework.
#[test]
fn a_name_that_is_nearly_one_is_corrected() {
    let check = |given: &str, meant: &str| {
        let shown = run(&format!("build {given}"));
        assert!(shown.contains(&format!("exists: '{meant}'")), "{shown}");
    };
    check("nextjs", "next");
    check("svelte-kit", "sveltekit");
    check("fastly", "fastify");
    check("react_router", "react-router");
    check("netlfy", "netlify");
    check("cloudflare-workers", "cloudflare");
    check("nodejs", "node");
}

#[test]
fn a_framework_gets_its_platforms_artifact_and_the_file_to_put_into_the_project() {
    let sandbox = Sandbox::new();
    assert_snapshot!(built(&sandbox, "build sveltekit --host www.example.com -o out"), @r"
    exit code: 0
    ----- stdout -----
    wrote out/fetch, 12 files, [SIZE] bytes
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com

    put into src/hooks.server.js:

        import { wrap } from '../out/fetch/hardtack.mjs';

        const visited = wrap((request, { event, resolve }, visitor) => {
          event.locals.visitor = visitor;
          return resolve(event);
        });

        export const handle = ({ event, resolve }) => visited(event.request, { event, resolve });

    ----- stderr -----
    hint: `npx vite dev` runs the site with that file in it
    ");
    assert_snapshot!(built(&sandbox, "build fastify --host www.example.com"), @r"
    exit code: 0
    ----- stdout -----
    wrote dist/node, 12 files, [SIZE] bytes
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com

    put into server.mjs:

        import Fastify from 'fastify';
        import { visitor } from 'hardtack-site';
        import { routes } from './routes.mjs';

        const app = Fastify();
        const attend = visitor({ trustProxy: true });
        app.addHook('onRequest', (request, reply, done) => attend(request.raw, reply.raw, done));
        app.register(routes);
        await app.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST });

    ----- stderr -----
    hint: `npm install ./dist/node && node server.mjs` runs the site with that file in it
    ");
}

#[test]
fn every_framework_is_built_to_where_its_entry_imports_from() {
    for framework in FRAMEWORKS {
        let sandbox = Sandbox::new();
        let line = format!("--json build {} --host www.example.com", framework.name);
        let shown = sandbox.run(&line);
        assert!(shown.starts_with("exit code: 0"), "{shown}");
        let built = format!("{}/{}", framework.folder, framework.platform.name);
        assert!(sandbox.path(&built).join("package.json").exists(), "{line}");
        let entry = framework.entry_for(&built);
        assert!(
            entry.contains(&built) || entry.contains("'hardtack-site'"),
            "{entry}"
        );
        assert!(
            shown.contains(&format!("\"path\": \"{}\"", framework.entry)),
            "{shown}"
        );
    }
}

#[test]
fn every_folder_holds_what_its_modules_import() {
    let folders = PLATFORMS
        .iter()
        .filter(|platform| matches!(platform.packing, Packing::Folder(_)));
    for platform in folders {
        let sandbox = Sandbox::new();
        let shown = sandbox.run(&format!("build {} --host www.example.com", platform.name));
        assert!(shown.starts_with("exit code: 0"), "{shown}");
        let missing = missing_imports(&sandbox.path("dist").join(platform.name));
        assert_eq!(missing, [""; 0], "{}", platform.name);
    }
}

/// What the modules of a folder import from it that is not there.
fn missing_imports(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let texts = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    texts
        .flat_map(|bytes| imports(&String::from_utf8_lossy(&bytes)))
        .filter(|name| !folder.join(name).exists())
        .collect()
}

/// What a module's text imports from its own folder.
fn imports(text: &str) -> Vec<String> {
    let named = |line: &str| {
        Some(
            line.split_once(" from './")?
                .1
                .split_once('\'')?
                .0
                .to_string(),
        )
    };
    text.lines().filter_map(named).collect()
}

/// Where pages see the request as the client sent it, a header that tells them who asks would be the client's.
#[test]
fn a_framework_that_cannot_remove_a_forged_header_is_refused_one() {
    let sandbox = Sandbox::with("hardtack.toml", "signals.request_header = \"x-visitor\"\n");
    let build = |name| sandbox.run(&format!("build {name} --host www.example.com"));
    assert_snapshot!(build("astro"), @"
    exit code: 3
    ----- stderr -----
    error: signals.request_header is not possible on astro
      caused by: its pages see the request as the client sent it, forged headers and all
    hint: read `Astro.locals.visitor` in its place, and trust no such header
    ");
    for name in ["sveltekit", "react-router", "remix"] {
        let shown = build(name);
        assert!(shown.starts_with("exit code: 3"), "{shown}");
    }
    for name in [
        "next", "netlify", "deno", "nuxt", "express", "fastify", "koa",
    ] {
        let shown = build(name);
        assert!(shown.starts_with("exit code: 0"), "{shown}");
    }
}

/// Whoever knows one platform's page finds his way on the next.
#[test]
fn the_pages_have_the_same_headings() {
    for platform in PLATFORMS {
        let page = format!(
            "{}/../adapters/{}/README.md",
            env!("CARGO_MANIFEST_DIR"),
            platform.name
        );
        let page = fs::read_to_string(page).unwrap();
        let headings = ["Build", "Run locally", "Deploy", "Check", "Limits"];
        let found: Vec<_> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .filter(|heading| headings.contains(heading))
            .collect();
        assert_eq!(found, headings, "{}", platform.name);
    }
}
