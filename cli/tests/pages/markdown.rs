//! The pages of the documentation, and the blocks of code on them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a test that panics is a test that fails"
)]

use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

/// A page.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its path in the repository.
    pub(crate) path: String,
    /// Whether it is generated, and compared with its source by another test.
    pub(crate) is_generated: bool,
    /// Its blocks of code.
    pub(crate) blocks: Vec<Block>,
}

/// A fenced block of code.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) language: String,
    pub(crate) text: String,
    /// Where it begins in its page.
    pub(crate) line: usize,
    /// What the comment directly in front of it says.
    pub(crate) note: Option<Note>,
}

/// Who runs a block, if not the test of the pages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// `<!-- run by PATH -->`: another test, or a program that is compiled.
    RunBy(String),
    /// `<!-- not run: WHY -->`
    NotRun(String),
}

/// All pages whose blocks have to work.
pub(crate) fn pages(root: &Path) -> Vec<Page> {
    let mut paths = vec![root.join("README.md")];
    paths.extend(markdown(&root.join("docs")));
    let adapters = entries(&root.join("adapters"));
    paths.extend(
        adapters
            .iter()
            .map(|it| it.join("README.md"))
            .filter(|it| it.exists()),
    );
    let page = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        Page {
            path: path.strip_prefix(root).unwrap().display().to_string(),
            is_generated: text.starts_with("<!-- Generated"),
            blocks: blocks(&text),
        }
    };
    paths.iter().map(page).collect()
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut files = entries(folder);
    files.retain(|path| path.extension().is_some_and(|it| it == "md"));
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut note, mut is_open) = (None, false);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Html(html) => note = self::note(&html).or(note),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                is_open = true;
                blocks.push(Block {
                    language: language.to_string(),
                    text: String::new(),
                    line: text[..range.start].lines().count() + 1,
                    note: note.take(),
                });
            }
            Event::Text(code) if is_open => {
                let block = blocks.last_mut().unwrap();
                block.text.push_str(&code);
            }
            Event::End(_) => is_open = false,
            Event::Start(Tag::HtmlBlock) => {}
            _ => note = None,
        }
    }
    blocks
}

fn note(html: &str) -> Option<Note> {
    let comment = html
        .trim()
        .strip_prefix("<!--")?
        .strip_suffix("-->")?
        .trim();
    let run_by = comment.strip_prefix("run by ");
    let not_run = comment.strip_prefix("not run: ");
    run_by
        .map(|path| Note::RunBy(path.trim().to_string()))
        .or_else(|| Some(Note::NotRun(not_run?.trim().to_string())))
}

impl Page {
    /// The command lines of `hardtack` in its shell blocks.
    pub(crate) fn commands(&self) -> impl Iterator<Item = String> {
        let shell = self.blocks.iter().filter(|block| block.language == "sh");
        let lines = shell.flat_map(|block| {
            let joined = block.text.replace("\\\n", "");
            joined.lines().map(str::to_string).collect::<Vec<_>>()
        });
        lines.filter(|line| line.starts_with("hardtack "))
    }
}

#[test]
fn a_comment_in_front_of_a_block_is_its_note() {
    let page = "text\n\n<!-- not run: why -->\n```sh\na\n```\n\nmore\n\n```sh\nb\n```\n<!-- run by x.rs -->\n\n```toml\n```\n";
    let blocks = blocks(page);
    let notes: Vec<_> = blocks
        .iter()
        .map(|it| (it.line, it.note.as_ref()))
        .collect();
    let (why, by) = (
        Note::NotRun("why".to_string()),
        Note::RunBy("x.rs".to_string()),
    );
    assert_eq!(notes, [(4, Some(&why)), (10, None), (15, Some(&by))]);
    assert_eq!(blocks[0].text, "a\n");
}
