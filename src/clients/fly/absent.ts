/** 404 as a value, for reads of what may not be there and deletes of what is gone already. */

import { isApiError } from "#silo/errors.ts";

export async function absentIfMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isApiError(error) && error.facts.status === 404) return undefined;
    throw error;
  }
}
