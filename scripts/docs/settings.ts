import { SETTINGS, type Setting } from '../../src/config/reference.ts';
import { replaceBetween } from './markers.ts';
import { settingsPtBR } from './settings-pt-br.ts';

/** Words of the reference table, in one language. */
interface TableTexts {
  readonly head: readonly string[];
  readonly required: string;
  readonly describe: (setting: Setting) => string;
}

const english: TableTexts = {
  head: ['setting', 'default', 'allowed', 'meaning'],
  required: 'required',
  describe: ({ description }) => description,
};

const portuguese: TableTexts = {
  head: ['configuração', 'padrão', 'permitido', 'significado'],
  required: 'obrigatória',
  describe: ({ name }) => settingsPtBR[name],
};

function settingsTable({ head, required, describe }: TableTexts): string {
  const rows = SETTINGS.map((setting) => {
    const { name, fallback = '', allowed, isRequired } = setting;
    const standard = fallback === '' ? '' : `\`${fallback}\``;
    return [`\`${name}\``, isRequired ? required : standard, allowed, describe(setting)];
  });
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(escapeBars).join(' | ')} |`).join('\n');
}

/** A bar would end the cell. */
const escapeBars = (cell: string) => cell.replaceAll('|', '\\|');

/** The text of `.env.example`: every setting with its meaning, set to its default. */
export function envExample(): string {
  const blocks = SETTINGS.map(({ name, description, fallback, isRequired }) => {
    const line = `${name}=${fallback ?? ''}`;
    return `# ${description}${isRequired ? ' Required.' : ''}\n${isRequired ? line : `# ${line}`}`;
  });
  const head =
    '# Copy to .env and change what you need. What is commented out is the default.\n' +
    '# `npm start` runs a Redis of its own unless a REDIS_ setting is given.';
  return `${[head, ...blocks].join('\n\n')}\n`;
}

/** Puts the reference table between the markers of README.md. */
export function withSettings(readme: string): string {
  return replaceBetween(readme, 'settings', settingsTable(english));
}

/** Puts the reference table between the markers of README.pt-BR.md. */
export function withSettingsPtBR(readme: string): string {
  return replaceBetween(readme, 'settings', settingsTable(portuguese));
}
