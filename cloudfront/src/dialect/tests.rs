//! What is taken, and what is refused, with its place.

use super::check;

/// `code` in a handler; the places are those of the code.
#[track_caller]
fn violations(code: &str, expected: &[&str]) {
    let source = format!("{code}\nfunction handler(event) {{ return event.response; }}\n");
    let found: Vec<_> = check(&source).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{code}");
}

#[test]
fn what_the_page_lists_is_taken() {
    for code in [
        "const crypto = require('crypto'); let a = 1, b = a ** 2; var c;",
        "import cf from 'cloudfront';",
        "function f(a, ...rest) { return rest.map((one) => one.length); }",
        "async function f(a) { const b = await a.c(); return `x${b}`; }",
        "for (let i = 0; i < 3; i += 1) { for (const k in { a: 1 }) { console.log(k); } }",
        "const o = { a: 1, b() { return this.a; } }; o['a'] = 2; o.b();",
        "try { throw new Error('x'); } catch (error) { console.log(error.message); } finally { }",
        "loop: do { break loop; } while (true); const x = true ? 1 : 2; x;",
        "const r = /a[/]b/gi; r.exec('a'); const n = 1_000; n;",
        "const f = function (a) { return typeof a === 'string' && a instanceof Object; }; f(void 0);",
        "const o = { class: 1, of: 2, 'x': 3 }; o.class; delete o.of; o.eval;",
    ] {
        violations(code, &[]);
    }
}

#[test]
fn what_it_does_not_list_is_refused_with_its_place() {
    violations(
        "class A {}",
        &["line 1, column 1: `class` is not supported"],
    );
    violations(
        "const { a } = {};",
        &["line 1, column 1: destructuring is not supported"],
    );
    violations(
        "let a = 1, b = 2;\n[a, b] = [b, a];",
        &["line 2, column 8: destructuring is not supported"],
    );
    violations(
        "const a = {}; a?.b;",
        &["line 1, column 16: the operator `?.` is not supported"],
    );
    violations(
        "const a = null ?? 1;",
        &["line 1, column 16: the operator `??` is not supported"],
    );
    violations(
        "function f(a) { return f(...a); }",
        &["line 1, column 26: spread is not supported"],
    );
    violations(
        "function f(a = 1) { return a; }",
        &["line 1, column 11: default parameters are not supported"],
    );
    violations(
        "const f = ({ a }) => a;",
        &["line 1, column 11: destructuring is not supported"],
    );
    violations(
        "for (const a of [1]) { a; }",
        &["line 1, column 14: `for` with `of` is not supported"],
    );
    violations(
        "function* f() {}",
        &["line 1, column 1: generators are not supported"],
    );
    violations(
        "const a = 1n;",
        &["line 1, column 11: the BigInt `1n` is not supported"],
    );
    violations(
        "const a = /x/s;",
        &["line 1, column 11: the flag `s` of a regular expression is not supported"],
    );
    violations(
        "const f = async () => 1;",
        &["line 1, column 11: async closures are not supported: write an async function"],
    );
    violations(
        "async function f(a) { return f(await a); }",
        &["line 1, column 32: `await` in arguments is not supported: await into a variable first"],
    );
}

#[test]
fn what_the_runtime_does_not_have_is_refused() {
    let unknown =
        |name: &str| format!("`{name}` is neither declared here nor known to the runtime");
    for name in [
        "setTimeout",
        "fetch",
        "process",
        "Map",
        "Set",
        "URL",
        "structuredClone",
        "Reflect",
    ] {
        violations(
            &format!("{name}(1);"),
            &[&format!("line 1, column 1: {}", unknown(name))],
        );
    }
    violations("eval('1');", &["line 1, column 1: `eval` is not supported"]);
    violations(
        "require('fs');",
        &["line 1, column 1: there is no module 'fs'"],
    );
    violations(
        "import fs from 'fs';",
        &["line 1, column 1: there is no module 'fs'"],
    );
    violations(
        "console.error(1);",
        &["line 1, column 1: console has nothing but `log`"],
    );
}

#[test]
fn a_function_has_a_handler() {
    assert_eq!(
        check("function handle() {}")[0].to_string(),
        "line 1, column 1: no `function handler` at the top level"
    );
    assert_eq!(
        check("async function handler(event) { return event.request; }"),
        []
    );
    assert_eq!(check("function a() { function handler() {} }").len(), 1);
}
