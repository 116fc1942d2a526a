export default { output: 'export', trailingSlash: Boolean(process.env.TRAILING_SLASH) };
