// Checks the invariants of one model with tla-checker, and prints in one line what came out:
//   node run.mjs MODEL.tla MODEL.cfg DIR...   ->   ok DISTINCT | violated NAME | error MESSAGE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as checker from 'tla-checker';
import { flatten } from './flatten.mjs';

const [model, configuration, ...directories] = process.argv.slice(2);
const home = dirname(createRequire(import.meta.url).resolve('tla-checker'));
checker.initSync({ module: readFileSync(join(home, 'tla_checker_bg.wasm')) });

// Action properties stand last in every configuration.
const config = readFileSync(configuration, 'utf8').replace(/^PROPERTIES[^]*$/m, '');
const invariants = /^INVARIANTS([^]*)$/m.exec(config)[1].trim().split(/\s+/);
const found = JSON.parse(
  checker.check_spec_with_cfg(flatten(model, directories), config, '{}', 10_000_000, 10_000, true, false));

const violated = /^Invariant (\d+) violated/.exec(found.error_message ?? '');
if (found.success) console.log(`ok ${found.states_explored}`);
else if (violated) console.log(`violated ${invariants[violated[1]]}`);
else console.log(`error ${found.error_type} ${found.error_message}`.replaceAll('\n', ' '));
