//! `hardtack build`

mod cloudfront_function;

use std::fs::{self, File};
use std::io::Read as _;

use insta::assert_snapshot;
use zip::ZipArchive;

use crate::platforms::with_platforms_masked;
use crate::sandbox::{Sandbox, run};

/// The output of a command without sizes and digests, which change with the engine.
pub(crate) fn built(sandbox: &Sandbox, line: &str) -> String {
    let shown = sandbox.run(line);
    let mut words = shown.split_inclusive([' ', '\n']).peekable();
    let mut masked = String::new();
    while let Some(word) = words.next() {
        masked.push_str(match words.peek() {
            Some(next) if next.starts_with("bytes") => "[SIZE] ",
            _ if word.trim_end().len() == 64 => "[SHA256]\n",
            _ => word,
        });
    }
    masked
}

/// A file in a zip.
fn unzipped(sandbox: &Sandbox, zip: &str, name: &str) -> String {
    let mut zip = ZipArchive::new(File::open(sandbox.path(zip)).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    unversioned(&text)
}

/// A file in a folder.
fn written(sandbox: &Sandbox, name: &str) -> String {
    unversioned(&sandbox.read(name))
}

/// The text without what changes with every version: the version itself, and the policy's blob with its checksum.
fn unversioned(text: &str) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    match text.split_once("'SFRL") {
        Some((before, blob)) => {
            let after = blob.split_once('\'').unwrap().1;
            format!("{before}'[BLOB]'{after}")
        }
        None => text,
    }
}

/// What the function may weigh, engine and policy included: half of what the widespread tutorial's does, 71 KB with its
/// packages.
const LIGHT: u64 = 35_500;

#[test]
fn the_zip_is_light() {
    let sandbox = Sandbox::new();
    sandbox.run("build lambda-edge --host www.example.com");
    let len = fs::metadata(sandbox.path("dist/lambda-edge.zip"))
        .unwrap()
        .len();
    assert!(len < LIGHT, "{len} bytes");
    let page = include_str!("../../../../adapters/lambda-edge/README.md");
    let figure = format!("in a zip of some {} KB", (len + 500) / 1000);
    assert!(page.contains(&figure), "{figure}");
}

#[test]
fn a_zip_is_built_for_lambda_edge() {
    let sandbox = Sandbox::new();
    assert_snapshot!(built(&sandbox, "build lambda-edge --host www.example.com"), @"
    exit code: 0
    ----- stdout -----
    wrote dist/lambda-edge.zip, [SIZE] bytes, sha256 [SHA256]
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com
    ----- stderr -----
    hint: `hardtack serve --edge dist/lambda-edge.zip DIR` runs it as CloudFront would
    ");
    let index = unzipped(&sandbox, "dist/lambda-edge.zip", "index.mjs");
    assert_snapshot!(index, @"
    // hardtack [VERSION] for Lambda@Edge, viewer-response. Policy 89b438fa0c0bcb24: the cookie FPD, on example.com.
    import { readFileSync } from 'node:fs';

    import { createEngine } from './host.mjs';
    import { createHandler } from './lambda-edge.mjs';

    /** The checksum of the policy, as `hardtack build` prints it. */
    export const policyHash = '89b438fa0c0bcb24';

    const policy = Buffer.from('[BLOB]', 'base64');
    const engine = createEngine(readFileSync(new URL('engine.wasm', import.meta.url)), policy);

    export const handler = createHandler(engine);
    ");
}

#[test]
fn the_zip_is_small() {
    let sandbox = Sandbox::new();
    sandbox.run("build lambda-edge --host www.example.com");
    let bytes = fs::metadata(sandbox.path("dist/lambda-edge.zip"))
        .unwrap()
        .len();
    assert!(bytes < 44_000, "{bytes}");
}

#[test]
fn a_folder_is_built_for_cloudflare() {
    let sandbox = Sandbox::new();
    assert_snapshot!(built(&sandbox, "build cloudflare --host www.example.com"), @"
    exit code: 0
    ----- stdout -----
    wrote dist/cloudflare, 17 files, [SIZE] bytes
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com
    ----- stderr -----
    hint: `cd dist/cloudflare && npx wrangler dev` runs it as Cloudflare would, where `[assets]` in its wrangler.toml names the folder of your site
    ");
    assert_snapshot!(written(&sandbox, "dist/cloudflare/worker.mjs"), @"
    // hardtack [VERSION] for Cloudflare Workers. Policy 89b438fa0c0bcb24.
    import { createWorker } from './hardtack.mjs';

    export default createWorker();
    ");
    assert_snapshot!(written(&sandbox, "dist/cloudflare/wrangler.toml"), @r#"
    # For `npx wrangler deploy` in this folder; or take over what your own Worker needs.
    name = "hardtack"
    main = "worker.mjs"
    compatibility_date = "2026-01-01"

    # The pages that pass through the Worker. The zone is the domain as it stands in your account.
    # routes = [{ pattern = "www.example.com/*", zone_name = "example.com" }]

    # A static site: files that Cloudflare serves itself would pass the Worker by without `run_worker_first`.
    # [assets]
    # directory = "../../public"
    # binding = "ASSETS"
    # run_worker_first = true
    "#);
}

#[test]
fn modules_are_built_for_fetch() {
    let sandbox = Sandbox::new();
    assert_snapshot!(built(&sandbox, "build fetch --host www.example.com -o out/edge"), @"
    exit code: 0
    ----- stdout -----
    wrote out/edge/fetch, 12 files, [SIZE] bytes
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com
    ----- stderr -----
    hint: `import { wrap } from './out/edge/fetch/hardtack.mjs'` and export `wrap(handler)`
    ");
    assert_snapshot!(written(&sandbox, "out/edge/fetch/policy.mjs"), @"
    // The policy of this build: the cookie FPD, on example.com. hardtack [VERSION].

    /** The checksum of the policy, as `hardtack build` prints it. */
    export const policyHash = '89b438fa0c0bcb24';

    /** The headers that no client may send: known even where the engine cannot be made. */
    export const reserved = [];

    export const policy = Uint8Array.from(atob('[BLOB]'), (byte) => byte.charCodeAt(0));
    ");
}

#[test]
fn a_package_is_built_for_node() {
    let sandbox = Sandbox::new();
    assert_snapshot!(built(&sandbox, "build node --host www.example.com"), @"
    exit code: 0
    ----- stdout -----
    wrote dist/node, 12 files, [SIZE] bytes
    policy 89b438fa0c0bcb24 from the defaults, Domain=example.com
    ----- stderr -----
    hint: `npm install ./dist/node` and `app.use(visitor())` with `import { visitor } from 'hardtack-site'`
    ");
    assert_snapshot!(written(&sandbox, "dist/node/package.json"), @r#"
    {
      "name": "hardtack-site",
      "version": "[VERSION]",
      "description": "hardtack for servers on Node, with policy 89b438fa0c0bcb24",
      "license": "MIT OR Apache-2.0",
      "private": true,
      "type": "module",
      "sideEffects": false,
      "engines": { "node": ">=20" },
      "exports": {
        ".": { "types": "./index.d.mts", "default": "./index.mjs" },
        "./package.json": "./package.json"
      },
      "peerDependencies": { "@types/node": "*" },
      "peerDependenciesMeta": { "@types/node": { "optional": true } }
    }
    "#);
}

#[test]
fn the_same_policy_gives_the_same_bytes() {
    let build = |policy: &str, line: &str| {
        let sandbox = Sandbox::with("hardtack.toml", policy);
        assert!(
            sandbox
                .run(format!("build lambda-edge -q {line}").trim_end())
                .starts_with("exit code: 0")
        );
        fs::read(sandbox.path("dist/lambda-edge.zip")).unwrap()
    };
    let one = build("", "--host www.example.com");
    assert!(
        one == build(
            "[cookie]\nname = \"FPD\"\n",
            "--host example.com:8443 --host www.example.com"
        )
    );
    assert!(one == build("cookie.domain = \"example.com\"", ""));
    assert!(one != build("", "--host www.example.org"));
    assert!(one != build("cookie.max_age = \"1d\"", "--host www.example.com"));
}

#[test]
fn a_second_build_replaces_the_first() {
    let sandbox = Sandbox::new();
    sandbox.run("build fetch --host www.example.com");
    sandbox.run("build fetch --host www.example.org");
    let policy = sandbox.read("dist/fetch/policy.mjs");
    assert!(policy.contains("on example.org."), "{policy}");
}

#[test]
fn every_file_is_in_the_json() {
    let sandbox = Sandbox::new();
    let shown = sandbox.run("build node --host www.example.com --host www.example.org --json");
    let (_, json) = shown.split_once("----- stdout -----\n").unwrap();
    let mut told: serde_json::Value = serde_json::from_str(json).unwrap();
    let files = told["files"].take();
    for file in files.as_array().unwrap() {
        let bytes = fs::read(sandbox.path(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(file["bytes"], bytes.len());
        assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    }
    let on_disk = fs::read_dir(sandbox.path("dist/node")).unwrap().count();
    assert_eq!(files.as_array().unwrap().len(), on_disk);
    assert_snapshot!(format!("{told:#}"), @r#"
    {
      "built": "dist/node",
      "files": null,
      "next": "npm install ./dist/node",
      "platform": "node",
      "policy": {
        "domains": [
          "example.com",
          "example.org"
        ],
        "hash": "8cd5773a4002efc0",
        "source": "the defaults"
      },
      "schema": 1
    }
    "#);
}

#[test]
fn a_host_is_required_to_find_the_domain() {
    assert_snapshot!(run("build lambda-edge"), @"
    exit code: 2
    ----- stderr -----
    error: cookie.domain is `auto`, and no host is named
    hint: name the site's hosts, as in `--host www.example.com`: edges carry no public suffix list
    ");
    let sandbox = Sandbox::with("hardtack.toml", "cookie.domain = \"none\"");
    assert!(sandbox.run("build lambda-edge").starts_with("exit code: 0"));
}

#[test]
fn a_host_without_a_domain_is_reported() {
    let sandbox = Sandbox::with("hardtack.toml", "cookie.domain = [\"example.com\"]");
    assert_snapshot!(built(&sandbox, "build lambda-edge --host www.example.com --host www.example.org"), @"
    exit code: 0
    ----- stdout -----
    wrote dist/lambda-edge.zip, [SIZE] bytes, sha256 [SHA256]
    policy 89b438fa0c0bcb24 from hardtack.toml, Domain=example.com
    ----- stderr -----
    warning: pages on www.example.org set the cookie for that host alone: the host is neither one of the listed domains nor below one
    hint: `hardtack serve --edge dist/lambda-edge.zip DIR` runs it as CloudFront would
    ");
}

#[test]
fn what_the_platform_does_not_support_is_refused_with_the_reason() {
    let policy = "[scope]\nerror_pages = true\n[signals]\nresponse_header = \"X-Cache\"\n";
    let sandbox = Sandbox::with("hardtack.toml", policy);
    assert_snapshot!(sandbox.run("build lambda-edge --host www.example.com"), @r#"
    exit code: 3
    ----- stderr -----
    error: scope.error_pages is not possible on lambda-edge
      caused by: CloudFront runs no viewer-response function for status 400 and above
    hint: leave `error_pages` out

    error: signals.response_header is not possible on lambda-edge
      caused by: CloudFront answers with an error where a function adds this header
    hint: choose a name that nothing else uses, such as "x-visitor"
    "#);
    assert!(!sandbox.path("dist").exists());
    for platform in ["cloudflare", "fetch", "node"] {
        let shown = sandbox.run(&format!("build {platform} --host www.example.com"));
        assert!(shown.starts_with("exit code: 0"), "{shown}");
    }
}

#[test]
fn a_list_of_countries_is_for_platforms_that_know_the_country() {
    let policy = "[consent]\nrequired = [\"EEA\"]\nfrom = [\"onetrust\"]\n[signals]\nrequest_header = \"x-visitor\"\n";
    let sandbox = Sandbox::with("hardtack.toml", policy);
    assert_snapshot!(sandbox.run("build lambda-edge --host www.example.com"), @r#"
    exit code: 3
    ----- stderr -----
    error: consent.required is not possible on lambda-edge
      caused by: CloudFront does not tell viewer-response functions of Lambda@Edge the country
    hint: use a CloudFront Function, which learns it (`--via cloudfront-function`, or `hardtack build cloudfront-function`), or write `required = "everywhere"`

    error: signals.request_header is not possible on lambda-edge
      caused by: the origin has answered before a viewer-response function runs, and gets what clients send under this name
    hint: leave `request_header` out, and let the origin trust no such header
    "#);
    for (platform, knows) in [
        ("node", "Vercel tells"),
        ("fetch", "Netlify, Vercel and Cloudflare tell"),
    ] {
        let shown = sandbox.run(&format!("build {platform} --host www.example.com"));
        let warning =
            format!("warning: consent.required depends on the host: {knows} the country;");
        assert!(shown.contains(&warning), "{shown}");
        let hint = "hint: pass the option `country`, a function that returns what something in front of your server \
                    vouches for, or write `required = \"everywhere\"`";
        assert!(shown.contains(hint), "{shown}");
    }
    let silent = sandbox.run("build cloudflare --host www.example.com");
    assert!(!silent.contains("warning"), "{silent}");
    let module = written(&sandbox, "dist/node/policy.mjs");
    assert!(
        module.contains(r#"export const reserved = ["x-visitor"];"#),
        "{module}"
    );
}

#[test]
fn an_unwritable_folder_is_an_error() {
    let sandbox = Sandbox::with("dist", "a file");
    assert_snapshot!(sandbox.run("build lambda-edge --host www.example.com"), @"
    exit code: 4
    ----- stderr -----
    error: cannot write `dist/lambda-edge.zip`
      caused by: File exists (os error 17)
    ");
}

#[test]
fn build_has_help() {
    assert_snapshot!(with_platforms_masked(&run("build -h")), @"
    exit code: 0
    ----- stdout -----
    Build what an edge or a server runs, ready to upload or to import

    Usage: hardtack build [OPTIONS] <PLATFORM>

    Arguments:
      <PLATFORM>  What to build for: [PLATFORMS];
                  or what takes one of these: [FRAMEWORKS]

    Options:
          --host <NAME>   A name that the site is served under, such as www.example.com (can be
                          repeated)
      -o, --output <DIR>  Write into this folder [default: dist; for astro, hardtack]
      -h, --help          Print help (see more with '--help')

    Options for cloudfront-function:
          --secret <FILE>          Read the function's secret from this file, or make one there;
                                   HARDTACK_SECRET in the environment comes first [default:
                                   hardtack.secret]
          --minify                 Write the function as short as can be
          --wrap <FILE>            Run this viewer-response function first: CloudFront has one place for
                                   both
          --viewer-request <MODE>  Write a viewer-request function, too, for pages of a bucket: without
                                   it, /about is an error there, and errors get no cookie [possible
                                   values: clean-urls, clean-urls-file, single-page]

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}
