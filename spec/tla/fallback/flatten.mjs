// Makes one module of a model and the modules it extends, for a checker that reads one module only:
//   node flatten.mjs MODEL.tla DIR...   writes the module to standard output.
// Inner headers and footers go, each module is placed after what it extends, and the temporal formulas of step
// properties are left out, as that checker has no action properties.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export function flatten(file, directories) {
  const standard = new Set();
  const placed = new Set();
  const bodies = [];

  function place(name, path) {
    if (placed.has(name)) return;
    placed.add(name);
    const lines = readFileSync(path, 'utf8').split('\n');
    const body = [];
    for (const line of lines) {
      if (/^-{4,} MODULE /.test(line) || /^={4,}$/.test(line) || /== \[\]\[/.test(line)) continue;
      const extended = /^EXTENDS (.*)$/.exec(line);
      if (!extended) { body.push(line); continue; }
      for (const parent of extended[1].split(',').map(part => part.trim())) {
        const found = directories.map(directory => join(directory, parent + '.tla')).find(existsSync);
        if (found) place(parent, found); else standard.add(parent);
      }
    }
    bodies.push(body.join('\n').trim());
  }

  const model = basename(file, '.tla');
  place(model, file);
  return `---- MODULE ${model} ----\nEXTENDS ${[...standard].join(', ')}\n\n${bodies.join('\n\n')}\n====\n`;
}

if (process.argv[1] && process.argv[1].endsWith('flatten.mjs')) {
  const [file, ...directories] = process.argv.slice(2);
  process.stdout.write(flatten(file, directories));
}
