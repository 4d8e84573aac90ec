/** A finding as one line that editors and people can follow. */

import type { Finding } from "#spec/finding.ts";

export const findingText = ({ file, line, column, severity, code, message, fix }: Finding) =>
  `${file}:${line}:${column}: ${severity} ${code} ${message}\n  fix: ${fix}`;
