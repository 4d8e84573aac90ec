declare const yamlOnDemand: () => typeof import("yaml");
export = yamlOnDemand;
