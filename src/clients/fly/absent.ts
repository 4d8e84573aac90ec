/** 404 as a value, for reads of what may not be there and deletes of what is gone already. */

import { isApiError } from "#silo/errors.ts";

export async function absentIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error, "not_found") && error.facts.status === 404) return undefined;
    throw error;
  }
}

/** For calls where a 404 is about a lease, volume or address, however young its app or machine is. */
export const notFoundIsFinal = ({ status }: { readonly status: number }): boolean => status === 404;
