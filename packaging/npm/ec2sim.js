#!/usr/bin/env node
// Starts the program of the package for this system, and ends as it ends.
"use strict";

const { spawnSync } = require("node:child_process");

const own = `@ec2sim/${process.platform}-${process.arch}`;
const program = process.platform === "win32" ? "ec2sim.exe" : "ec2sim";

let path;
try {
  path = require.resolve(`${own}/bin/${program}`);
} catch {
  console.error(`error: ${own} isn't installed. Either there is no ec2sim for this system, or optional dependencies were left out.`);
  process.exit(2);
}

// Ctrl-C is the program's: it shows what has happened so far.
process.on("SIGINT", () => {});
const ended = spawnSync(path, process.argv.slice(2), { stdio: "inherit" });
if (ended.error) {
  console.error(`error: ${path} can't be started: ${ended.error.message}`);
  process.exit(2);
}
if (ended.signal) {
  process.removeAllListeners(ended.signal);
  process.kill(process.pid, ended.signal);
}
process.exit(ended.status);
