// What the scripts of one client share: each operation is run, and written down with what
// came of it. An operation that builds on a refused one is refused too, and says so.
"use strict";
const fs = require("fs");

const lines = [];
exports.url = process.env.COMPAT_URL;
exports.account = process.env.COMPAT_ACCOUNT;
exports.secret = process.env.COMPAT_SECRET;
exports.publishable = process.env.COMPAT_PUBLISHABLE;

class Needs extends Error {}

// op runs one operation; it returns its value, or undefined if it was refused.
exports.op = async (name, run) => {
  try {
    const value = await run();
    lines.push({ operation: name, pass: true });
    return value === undefined ? true : value;
  } catch (error) {
    lines.push({ operation: name, pass: false, error: describe(error) });
    return undefined;
  }
};

// need returns what an earlier operation made.
exports.need = (value, operation) => {
  if (value === undefined) throw new Needs(`needs "${operation}"`);
  return value;
};

// same demands a value of an answer.
exports.same = (got, want, what) => {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(`${what} is ${JSON.stringify(got)}, not ${JSON.stringify(want)}`);
};

// truth demands that something holds.
exports.truth = (holds, what) => {
  if (!holds) throw new Error(what);
};

// refused demands that a call is refused with a status.
exports.refused = async (status, run) => {
  let value;
  try {
    value = await run();
  } catch (error) {
    if ([error.status, error.statusCode, error.status_code, error.body?.status].includes(status)) return true;
    throw error;
  }
  throw new Error(`was done, and should be refused with ${status}: ${JSON.stringify(value)}`);
};

function describe(error) {
  if (error instanceof Needs) return error.message;
  const status = error?.status ?? error?.statusCode ?? error?.status_code;
  const body = error?.body ?? error?.error ?? error?.description ?? error?.message ?? error;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return `${status ? status + " " : ""}${text}`.slice(0, 400);
}

exports.main = async (run) => {
  try {
    await run();
  } catch (error) {
    lines.push({ operation: "(the script itself)", pass: false, error: describe(error) });
  }
  fs.writeFileSync(process.env.COMPAT_OUT, JSON.stringify(lines));
  process.exit(0);
};
