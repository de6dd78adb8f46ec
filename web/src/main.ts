import { mount } from 'svelte';
import App from './App.svelte';
import './design/base.css';

const target = document.getElementById('app');
if (target === null) throw new Error('starting the workbench: the page has no element "app"');

mount(App, { target });
