"""`.ci/prose` finds what it is there to find, and nothing else: `python3 .ci/test_prose.py`."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
LOADER = importlib.machinery.SourceFileLoader("prose", str(pathlib.Path(__file__).with_name("prose")))
prose = importlib.util.module_from_spec(importlib.util.spec_from_loader("prose", LOADER))
LOADER.exec_module(prose)

LONG = "word " * 30
ADDRESS = "https://www.example.com/" + "path/" * 30


class Prose(unittest.TestCase):
    def check(self, check, path, text, *lines):
        """The faults stand on these lines and on no others."""
        self.assertEqual([fault.line for fault in check(path, text)], list(lines))

    def test_a_comment_ends_at_column_120(self):
        for path, marker in (("a.rs", "//"), ("a.rs", "    ///"), ("a.rs", "//!"), ("a.mjs", " *"), ("a.toml", "#")):
            self.check(prose.width, path, f"x\n{marker} {LONG}\n", 2)
        self.check(prose.width, "a.rs", "let x = 1; // " + LONG, 1)
        self.check(prose.width, "run", "#!/usr/bin/env bash\n# " + LONG, 2)

    def test_the_column_is_counted_in_characters(self):
        self.check(prose.width, "a.rs", "// " + "é" * 117)
        self.check(prose.width, "a.rs", "// " + "é" * 118, 1)

    def test_code_has_a_width_of_its_own(self):
        self.check(prose.width, "a.rs", f'let x = "{LONG}";')
        self.check(prose.width, "run", f"#!/usr/bin/env bash\necho {LONG}")

    def test_a_paragraph_of_markdown_ends_at_column_120(self):
        self.check(prose.width, "a.md", f"{LONG}\n- {LONG}\n", 1, 2)

    def test_what_cannot_be_broken_does_not_count(self):
        self.check(prose.width, "a.md", f"| {LONG} |\n# {LONG}\n![{LONG}](a.png)\n```sh\n{LONG}\n```\n")
        self.check(prose.width, "a.md", f"See [the page]({ADDRESS}) and {ADDRESS}\n")
        self.check(prose.width, "a.rs", f"// {ADDRESS}\n")

    def test_neither_does_a_table_or_an_example_in_documentation(self):
        self.check(prose.width, "a.rs", f"//! | {LONG} |\n//! ```\n//! {LONG}\n//! ```\n//! {LONG}\n", 5)
        self.check(prose.width, "run", f"#!/bin/sh\n# | {LONG}\n# {LONG}\n", 3)

    def test_prose_after_a_code_block_counts_again(self):
        self.check(prose.width, "a.md", f"```\n{LONG}\n```\n{LONG}\n", 4)

    def test_a_rust_file_opens_with_what_it_is_for(self):
        self.check(prose.opening, "a.rs", "//! Reads.\n")
        self.check(prose.opening, "a.rs", "// Reads.\n", 1)
        self.check(prose.opening, "a.py", "import sys\n")

    def test_an_old_word_is_found_in_code_and_in_prose(self):
        old = "for" + "esee"
        self.check(prose.words, "a.rs", f"x\nlet visit = {old}(&policy);\n", 2)
        self.check(prose.words, "a.md", f"`{old}_before` needs the request only.\n", 1, 1)
        self.check(prose.words, "a.md", "CloudFront asks; a foreseeable end.\n")

    def test_each_line_of_the_list_has_an_expression_and_its_replacement(self):
        for old, now in prose.old_words():
            self.assertTrue(old.pattern and now)

    def test_other_peoples_and_generated_files_are_left_alone(self):
        checked = [path for path, _ in prose.files([])]
        self.assertIn("README.md", checked)
        self.assertNotIn("docs/cli.md", checked)
        self.assertFalse([path for path in checked if path.startswith("conformance/third-party/")])


if __name__ == "__main__":
    unittest.main()
