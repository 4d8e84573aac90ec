// What only an unusual or faulty file needs. A bundler keeps what `require` names asleep until it is
// called, and only CommonJS may ask for it without a promise: a good run pays for none of it.
let loaded;
// biome-ignore lint/style/noRestrictedGlobals: see above
const load = () => require("./faulty-file.ts");

module.exports = {
  faultyFile() {
    loaded ??= load();
    return loaded;
  },
};
