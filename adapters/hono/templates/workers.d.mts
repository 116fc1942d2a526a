export * from './hardtack.mjs';
