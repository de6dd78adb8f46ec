export { default } from './DosePage.svelte';
