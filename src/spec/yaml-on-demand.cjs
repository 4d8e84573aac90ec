// A bundler keeps what `require` names asleep until it is called, and only CommonJS may say so
// without a promise: a run that meets no syntax error never pays for a second parser.
// biome-ignore lint/style/noRestrictedGlobals: see above
module.exports = () => require("yaml");
