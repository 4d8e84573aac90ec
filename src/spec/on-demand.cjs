// What only a message needs, asleep like faulty-file.
// biome-ignore-start lint/style/noRestrictedGlobals: see faulty-on-demand
const loadSchemas = () => ({
  "silo.schema.json": require("#schemas/silo.schema.json"),
  "silo.config.schema.json": require("#schemas/silo.config.schema.json"),
});
let schemas;

module.exports = {
  yaml: () => require("yaml"),
  schemas() {
    schemas ??= loadSchemas();
    return schemas;
  },
};
// biome-ignore-end lint/style/noRestrictedGlobals: see faulty-on-demand
