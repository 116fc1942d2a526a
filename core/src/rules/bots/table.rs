//! The patterns of declared bots' User-Agents. Written by `cargo run -p hardtack-bots`; do not edit.

use super::matcher::Table;

#[rustfmt::skip]
pub(crate) const TABLE: Table<'static> = Table {
    factor: 0x1060f5a7,
    filter: &[
        0, 0, 0, 0, 128, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 4, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0,
        72, 0, 0, 1, 0, 0, 0, 0, 0, 0, 69, 0, 0, 0, 8, 0,
        0, 0, 16, 0, 0, 8, 0, 0, 0, 0, 0, 4, 64, 0, 64, 64,
        0, 0, 0, 0, 128, 32, 0, 0, 0, 64, 0, 0, 32, 0, 0, 0,
        2, 0, 0, 0, 0, 0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0,
        0, 0, 2, 0, 4, 0, 64, 0, 0, 0, 0, 0, 0, 64, 0, 2,
        0, 0, 1, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 4, 0, 0, 16, 0, 32, 0, 0, 0, 0, 128, 0, 16, 0,
        0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 128, 0,
        0, 0, 0, 0, 0, 32, 0, 0, 4, 0, 64, 0, 0, 0, 4, 0,
        0, 0, 0, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0,
        0, 0, 128, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 128,
        64, 16, 0, 0, 2, 4, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 8, 0, 0, 0, 0, 64, 0, 0, 0, 8, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 32, 0, 4, 4, 0, 2, 0, 0, 0,
        0, 1, 0, 0, 0, 0, 32, 132, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0,
        0, 0, 0, 0, 16, 0, 0, 0, 1, 8, 0, 0, 0, 0, 16, 0,
        0, 0, 0, 0, 128, 4, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 2, 0, 0, 0, 16,
        0, 8, 0, 0, 0, 0, 16, 0, 0, 0, 0, 16, 0, 0, 0, 2,
        64, 128, 0, 0, 0, 0, 32, 0, 0, 0, 64, 0, 1, 0, 0, 0,
        0, 129, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16,
        0, 48, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 0, 32, 8,
        0, 0, 0, 128, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1,
        0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 2, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 32, 2, 0,
        0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0,
        2, 0, 0, 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0,
    ],
    starts: &[
        0, 0, 49, 82, 300, 333, 368, 418, 477, 508, 567, 567, 596, 638, 735, 773,
        785, 893, 893, 908, 1081, 1131, 1165, 1175, 1188, 1188, 1188, 1192, 1196, 1196, 1196, 1196,
        1196,
    ],
    patterns: b"\
        \xa7android\
        \xebapplewebkit\
        \x85agent\
        \x08analyzer\
        \x07archive\
        \x05audit\
        \xeablackberry\
        \xe4brew\
        \x27bluesky\
        \x83bot\
        \x84bots\
        \xeacamscanner\
        \xe9cfnetwork\
        \xe6chrome\
        \xf3compatible; ibrowse\
        \xf5compatible; konqueror\
        \xf3compatible; mozilla\
        \xf0compatible; msie\
        \xedcompatible; u\
        \x07capture\
        \x4acatchpoint\
        \x07chatgpt\
        \x07checker\
        \x06claude\
        \x0acloudflare\
        \x09collector\
        \x0bcompatible;\
        \x05crawl\
        \x47cursor/\
        \x07cypress\
        \xe5dillo\
        \xe6docomo\
        \x08datanyze\
        \x2adiscordbot\
        \xe6elinks\
        \x27embedly\
        \x2bexternalhit\
        \x07extract\
        \xa4fbav\
        \xe7firefox\
        \xa5from:\
        \x07favicon\
        \x05fetch\
        \x06finder\
        \x49foregenix\
        \xe6gecko)\
        \xe6gecko/\
        \xe6goanna\
        \x07google-\
        \x2agooglemess\
        \x09googleweb\
        \x08gtmetrix\
        \xe5hbbtv\
        \x05(www.\
        \x09hardenize\
        \x08headless\
        \xe7ibrowse\
        \xaainitiator:\
        \xe6iphone\
        \x28iframely\
        \x07indexer\
        \x07insight\
        \x07inspect\
        \xe9konqueror\
        \x12khtml, like gecko;\
        \xe7libhttp\
        \xe5links\
        \xe4lynx\
        \x0alighthouse\
        \x2blinkedinbot\
        \xedmasking-agent\
        \xe4midp\
        \xeamozacfetch\
        \xe3mre\
        \xe4msie\
        \x07-google\
        \x06-user/\
        \x09marketgoo\
        \x28mastodon\
        \x07measure\
        \x47mixnode\
        \x07monitor\
        \xe8netfront\
        \xe7netsurf\
        \xe8nintendo\
        \xe5nokia\
        \x05nutch\
        \xe5obigo\
        \xe5opera\
        \xebplaystation\
        \x06parser\
        \x0aperplexity\
        \x09phantomjs\
        \x07pingdom\
        \x2cpinterestbot\
        \x0aplaywright\
        \x27preview\
        \x05probe\
        \x06proxy)\
        \x44ptst\
        \x09puppeteer\
        \x08research\
        \x45rigor\
        \xe7samsung\
        \xe8smart-tv\
        \xe7symbian\
        \x04scan\
        \x06scrape\
        \x0ascreenshot\
        \x0fsecurityheaders\
        \x08selenium\
        \x83seo\
        \x08silktide\
        \x08site24x7\
        \x0bsiteimprove\
        \x29slack-img\
        \x28slackbot\
        \x06spider\
        \x86splash\
        \x0astatuscake\
        \x06survey\
        \x44swcd\
        \x09synthetic\
        \xe7trident\
        \x2btelegrambot\
        \x09thumbnail\
        \x08transcod\
        \x2atwitterbot\
        \xe9ucbrowser\
        \xe5ucweb\
        \xeaup.browser\
        \x06uptime\
        \x09validator\
        \xe3w3m\
        \x28whatsapp\
        \x03://\
        \x03; +\
    ",
};
