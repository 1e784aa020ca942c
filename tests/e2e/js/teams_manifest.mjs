// Judges a Teams manifest by the official schema of its version: `node teams_manifest.mjs FILE`. Prints what is wrong.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";

const require = createRequire(import.meta.url);
const schemas = join(dirname(require.resolve("@microsoft/app-manifest")), "json-schemas", "teams");
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

const manifest = read(process.argv[2]);
const ajv = new Ajv({ allErrors: true, strict: false });
addFormats(ajv);
const valid = ajv.validate(read(join(schemas, `v${manifest.manifestVersion}`, "MicrosoftTeams.schema.json")), manifest);

const minor = (name) => Number(/^v1\.(\d+)$/.exec(name)?.[1] ?? -1);
const newest = `1.${Math.max(...readdirSync(schemas).map(minor))}`;
console.log(JSON.stringify({ valid, newest, errors: ajv.errors ?? [] }, null, 1));
