import { describe, expect, it } from 'vitest';
import { ByteBudgetCache } from './byteBudgetCache';

function filled(...keys: string[]): ByteBudgetCache<string> {
  const cache = new ByteBudgetCache<string>(20);
  for (const key of keys) cache.set(key, key.toUpperCase(), 10);
  return cache;
}

describe('ByteBudgetCache', () => {
  it('drops what was used longest ago', () => {
    const cache = filled('a', 'b');
    cache.get('a');
    cache.set('c', 'C', 10);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  });

  it('keeps what is pinned, also beyond its bytes', () => {
    const cache = filled('a', 'b');
    cache.pin(['a', 'b', 'c']);
    cache.set('c', 'C', 10);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', 'B', 'C']);
    cache.pin(['c']);
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('c')).toBe('C');
  });

  it('counts a value that is set again once', () => {
    const cache = filled('a', 'b');
    cache.set('b', 'B2', 10);
    expect([cache.get('a'), cache.get('b')]).toEqual(['A', 'B2']);
  });
});
