/** Answers of a questionnaire whose items this program does not know, as lines of text: number of the item, then the answer. */

export type AnswersEntry = { answers: Record<string, number>; reason?: undefined } | { reason: string };

/** The largest answer that settings hold. */
const HIGHEST = 255;

export function readAnswers(text: string): AnswersEntry {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const answers: Record<string, number> = {};
  for (const line of lines) {
    const found = /^(\d+)[\s:=;]+(\d+)$/.exec(line);
    const [item, answer] = [found?.[1], Number(found?.[2])];
    if (item === undefined || answer > HIGHEST)
      return { reason: `"${line}" is not an item and its answer, as "29 5".` };
    if (answers[item] !== undefined) return { reason: `Item ${item} is answered twice.` };
    answers[item] = answer;
  }
  return { answers };
}

export function answerLines(answers: Readonly<Record<string, number>>): string {
  return Object.entries(answers)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([item, answer]) => `${item} ${answer}`)
    .join('\n');
}
