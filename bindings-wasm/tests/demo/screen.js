// What the demo prints: at most 100 columns wide, Chinese characters counting as two.

const COLUMNS = 100;
const MARGIN = 22;
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

export function title(baseUrl) {
  console.log(`qince-leads: the main job, against the sandbox at ${baseUrl}`);
}

export function step(number, title) {
  console.log(`\n${number}  ${title}\n`);
}

/** A line with what it is about in front, and what kind of line it is; both may be empty. */
export function line(about, kind, text) {
  console.log(`   ${about.padEnd(12)} ${kind.padEnd(5)} ${shortened(String(text), COLUMNS - MARGIN)}`);
}

/** What was seen to be as it should be. */
export function ok(text) {
  line("", "ok", text);
}

/** The text, cut where it takes more columns than there are. */
function shortened(text, columns) {
  const characters = [...text];
  const width = (character) => (WIDE.test(character) || character.length > 1 ? 2 : 1);
  if (characters.reduce((sum, character) => sum + width(character), 0) <= columns) return text;
  let taken = 0;
  const end = characters.findIndex((character) => {
    taken += width(character);
    return taken >= columns;
  });
  return `${characters.slice(0, end).join("")}…`;
}
