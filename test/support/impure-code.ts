import { parseSync, Visitor } from "oxc-parser";

/**
 * Lines of a source file that read the time or roll dice by themselves, or hide an import from
 * the import table: what neither the linter nor the import table can see.
 */
export function impureCode(source: string): readonly string[] {
  const { program, errors } = parseSync("source.ts", source);
  if (errors.length > 0) throw new Error(errors[0]?.message);
  const found: string[] = [];
  const report = (start: number, text: string) => {
    found.push(`line ${source.slice(0, start).split("\n").length}: ${text}`);
  };
  const clock = "take a Clock and call its now()";

  new Visitor({
    MemberExpression({ object, property, start }) {
      if (object.type !== "Identifier" || property.type !== "Identifier") return;
      const name = `${object.name}.${property.name}`;
      if (name === "Date.now") report(start, `${name}: ${clock}`);
      if (name === "Math.random") report(start, `${name}: take a Random`);
    },
    NewExpression({ callee, arguments: given, start }) {
      const isDate = callee.type === "Identifier" && callee.name === "Date";
      if (isDate && given.length === 0) report(start, `new Date(): ${clock}`);
    },
    CallExpression({ callee, start }) {
      const isDate = callee.type === "Identifier" && callee.name === "Date";
      if (isDate) report(start, `Date(): ${clock}`);
    },
    TSImportType({ start }) {
      report(start, "a type is imported in place: write an `import type` above");
    },
  }).visit(program);
  return found;
}
