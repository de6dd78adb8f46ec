export { default } from './OrgansPage.svelte';
