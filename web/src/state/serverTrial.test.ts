import { describe, expect, it } from 'vitest';
import { ServerTrial, type TriedSettings } from './serverTrial';

const tried = (text: string): TriedSettings => ({ caseId: 'a', settings: { reporting: { text } }, text });

function server(fails: string[] = []): { desk: ServerTrial; sent: string[] } {
  const sent: string[] = [];
  const desk = new ServerTrial((_, settings) => {
    const text = settings.reporting?.['text'] ?? '';
    sent.push(text);
    return fails.includes(text)
      ? Promise.reject(new Error(text))
      : Promise.resolve({ header: { settings_sha256: `hash of ${text}` } } as never);
  });
  return { desk, sent };
}

describe('what the server follows', () => {
  it('is not sent again where it follows it already, unless its answer is wanted', async () => {
    const { desk, sent } = server();
    await desk.ensure(tried('stored'));
    await desk.ensure(tried('stored'));
    await desk.follow(tried('one'));
    expect(await desk.ensure(tried('one'))).toBe('hash of one');
    await desk.follow(tried('one'));
    expect(sent).toEqual(['stored', 'one', 'one']);
  });

  it('is of one case', async () => {
    const { desk, sent } = server();
    await desk.ensure(tried('stored'));
    await desk.ensure({ ...tried('stored'), caseId: 'b' });
    expect(sent).toHaveLength(2);
  });

  it('is not known after a request that failed, and after a new assessment', async () => {
    const { desk, sent } = server(['bad']);
    await desk.ensure(tried('stored'));
    await expect(desk.follow(tried('bad'))).rejects.toThrow('bad');
    await desk.ensure(tried('stored'));
    desk.forget();
    await desk.ensure(tried('stored'));
    expect(sent).toEqual(['stored', 'bad', 'stored', 'stored']);
  });

  it('is changed by one request after the other', async () => {
    const { desk, sent } = server();
    await Promise.all([desk.follow(tried('one')), desk.ensure(tried('stored')), desk.ensure(tried('stored'))]);
    expect(sent).toEqual(['one', 'stored']);
  });
});
