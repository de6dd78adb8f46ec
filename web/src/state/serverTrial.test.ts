import { describe, expect, it } from 'vitest';
import { ServerTrial, type TriedSettings } from './serverTrial';

const tried = (text: string): TriedSettings => ({ caseId: 'a', settings: { reporting: { text } }, text });

function server(fails: string[] = []): { desk: ServerTrial; sent: string[] } {
  const sent: string[] = [];
  const desk = new ServerTrial((_, settings) => {
    const text = settings.reporting?.['text'] ?? '';
    sent.push(text);
    return fails.includes(text) ? Promise.reject(new Error(text)) : Promise.resolve(text as never);
  });
  return { desk, sent };
}

describe('what the server follows', () => {
  it('is brought to the base once, before the first trial', async () => {
    const { desk, sent } = server();
    await desk.follow(tried('one'), tried('base'));
    await desk.follow(tried('two'), null);
    expect(sent).toEqual(['base', 'one', 'two']);
  });

  it('is not sent again where it follows it already', async () => {
    const { desk, sent } = server();
    await desk.ensure(tried('base'));
    await desk.ensure(tried('base'));
    await desk.follow(tried('one'), tried('base'));
    expect(sent).toEqual(['base', 'one']);
  });

  it('is not known after a request that failed, and after a new assessment', async () => {
    const { desk, sent } = server(['bad']);
    await desk.ensure(tried('base'));
    await expect(desk.follow(tried('bad'), null)).rejects.toThrow('bad');
    await desk.ensure(tried('base'));
    desk.forget();
    await desk.ensure(tried('base'));
    expect(sent).toEqual(['base', 'bad', 'base', 'base']);
  });

  it('is changed by one request after the other', async () => {
    const { desk, sent } = server();
    await Promise.all([desk.follow(tried('one'), tried('base')), desk.ensure(tried('base'))]);
    expect(sent).toEqual(['base', 'one', 'base']);
  });
});
