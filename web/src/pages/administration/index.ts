export { default } from './AdministrationPage.svelte';
