// Exported twice: as Next.js does it (about.html), and with folders, as Gatsby does (about/index.html).
export default { output: 'export', trailingSlash: process.env.FOLDERS === '1', distDir: process.env.OUT };
