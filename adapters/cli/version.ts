import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Version of the package, from its `package.json`, whether this runs from the sources or from `dist`. */
export function packageVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name === 'cepheid') return version;
    } catch {
      // Not here: further up.
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}
