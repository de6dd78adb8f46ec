export { default } from './TimelinePage.svelte';
