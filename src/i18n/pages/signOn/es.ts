import type { sv } from './sv.ts';

export const es: Record<keyof typeof sv, string> = {
  'account.passkey': 'Llaves de acceso',
  'account.passkey.text':
    'Inicia sesión con la huella, la cara o el código que desbloquea tu móvil u ordenador. Así no hay contraseña que adivinar o sonsacarte, ni código que copiar.',
  'account.passkey.made': 'añadida {time}',
  'account.passkey.used': 'usada por última vez {time}',
  'account.passkey.name': 'Nombre de una llave nueva',
  'account.passkey.name.hint': 'Para que la reconozcas, por ejemplo Portátil del trabajo.',
  'account.passkey.add': 'Añadir una llave de acceso',
  'account.passkey.added': 'La llave de acceso {name} está añadida. La próxima vez puedes iniciar sesión con ella.',
  'account.passkey.remove': 'Quitar',
  'account.passkey.removeName': 'Quitar {name}',
  'account.passkey.removed': '{name} está quitada aquí. Quítala también del móvil u ordenador.',
  'account.passkey.answer': 'No se pudo añadir la llave de acceso. Quizá tardó demasiado. Prueba otra vez.',
  'account.passkey.known': 'Esa llave de acceso ya está.',
  'account.passkey.many': 'No caben más de diez. Quita una primero.',
  'account.passkey.use': 'Iniciar sesión con llave de acceso',
  'account.passkey.wrong': 'Con esa llave de acceso no se pudo entrar. Prueba otra vez o entra de otra manera.',
  'account.passkey.cancelled': 'Se ha cancelado. Prueba otra vez cuando quieras.',
  'account.passkey.failed': 'No ha funcionado. Recarga la página y prueba otra vez.',
  'account.passkey.first': 'Inicia sesión con tu llave de acceso',
  'account.passkey.first.text':
    'Tu organización exige algo más que una contraseña, y tienes una llave de acceso. Vuelve e inicia sesión con ella. ¿La has perdido? Pide a quien lleva la instalación que la restablezca.',
  'account.passkey.first.again': 'Volver a iniciar sesión',
  'account.sso': 'Entrar con tu organización',
  'account.sso.lead': 'Escribe tu correo del trabajo. Después inicias sesión donde sueles hacerlo y vuelves aquí.',
  'account.sso.next': 'Continuar',
  'account.sso.other': 'Entrar de otra manera',
  'account.sso.none': 'Ninguna organización de aquí entra así con ese correo. Entra de otra manera.',
  'account.sso.only': 'Con ese correo se entra con la cuenta de la organización, no con contraseña.',
  'account.sso.instead': 'Entras con la cuenta de tu organización',
  'account.sso.instead.text': 'Aquí no necesitas contraseña. Entra con la misma cuenta que en el resto del trabajo.',
  'account.sso.going': 'Te llevamos allí',
  'account.sso.going.text': 'Inicia sesión en {host}. Después vuelves aquí.',
  'account.sso.unknown': 'Todavía no te han invitado',
  'account.sso.unknown.text':
    'Has entrado en tu organización, pero tu cuenta de allí no corresponde a ningún usuario de aquí. Pide a tu administrador que te invite.',
  'account.sso.unverified.text':
    'El acceso de la organización no da fe de tu correo, así que no podemos saber quién eres aquí. Pide ayuda a tu administrador.',
  'account.sso.failed': 'No has iniciado sesión',
  'account.sso.failed.text':
    'La respuesta del acceso de la organización no se pudo usar. Quizá es demasiado antigua o ya se usó. Prueba otra vez.',
  'account.sso.denied.text': 'El inicio de sesión en tu organización se canceló o se denegó. Prueba otra vez.',
  'account.sso.down': 'El acceso de la organización no funciona ahora',
  'account.sso.down.text':
    'Prueba otra vez dentro de un rato. Si aquí tienes contraseña o llave de acceso, puedes entrar con ella. Si sigue así, avisa a tu administrador.',
  'account.sso.again': 'Ir a iniciar sesión',
  'account.sso.fresh':
    'Aquí no tienes contraseña. Cierra la sesión y entra de nuevo: así podrás hacerlo durante diez minutos.',
  'organisation.part.signOn': 'Acceso',
  'organisation.sso.title': '¿Queréis entrar con vuestras propias cuentas?',
  'organisation.sso.lead':
    'Con OpenID Connect vuestros usuarios entran en vuestro propio sistema, como Microsoft Entra ID, Google Workspace o Keycloak. Quién es usuario y qué puede hacer se sigue decidiendo aquí.',
  'organisation.sso.callback': 'Registrad esta dirección como URI de redirección en vuestro sistema:',
  'organisation.sso.test': 'Probar la dirección',
  'organisation.sso.fine':
    '{host} responde y sabe hacer lo necesario. El identificador y el secreto se prueban cuando alguien entra.',
  'organisation.sso.fault.address':
    'La dirección tiene que empezar por https:// y llevar a otra máquina que no sea esta.',
  'organisation.sso.fault.inside':
    'La dirección lleva a una red interna. Pide a quien lleva la instalación que la guarde.',
  'organisation.sso.fault.unreachable': 'Nadie responde en la dirección. ¿Está bien escrita?',
  'organisation.sso.fault.slow': 'La dirección no respondió en cinco segundos. Prueba otra vez dentro de un rato.',
  'organisation.sso.fault.certificate':
    'No se puede confiar en el certificado de la dirección. Quizá ha caducado o es de otro nombre.',
  'organisation.sso.fault.missing':
    'Allí no hay una descripción de OpenID Connect. Comprueba que la dirección del emisor esté completa.',
  'organisation.sso.fault.odd': 'Lo que responde allí no sigue OpenID Connect. ¿Es la dirección correcta?',
  'organisation.sso.fault.issuer':
    'Quien responde usa otro nombre o vale para todas las organizaciones. Usad el emisor que es solo vuestro, escrito como lo escriben ellos.',
  'organisation.sso.fault.unsuited': 'No permite el código de autorización con PKCE, que aquí hace falta.',
  'organisation.sso.drop': 'Dejar de usar cuentas propias',
  'organisation.sso.drop.text':
    'Si lo dejáis, todos vuelven a entrar con contraseña o llave de acceso. Quien no tenga contraseña necesita un enlace.',
  'organisation.setting.sso_issuer': 'Emisor (issuer)',
  'organisation.setting.sso_issuer.hint': 'La dirección de vuestro acceso. Empieza por https://.',
  'organisation.setting.sso_client_id': 'Identificador de cliente',
  'organisation.setting.sso_client_id.hint': 'Como llama vuestro acceso a Startstopp.',
  'organisation.setting.sso_secret': 'Secreto de cliente',
  'organisation.setting.sso_secret.hint': 'Se guarda cerrado y no se vuelve a mostrar.',
  'organisation.setting.sso_secret.kept': 'Guardado, y no se vuelve a mostrar. Escribe aquí solo para cambiarlo.',
  'organisation.setting.sso_domains': 'Dominios de correo',
  'organisation.setting.sso_domains.hint':
    'Quien escribe un correo así va a vuestro acceso. Uno o varios, por ejemplo ayuntamiento.es.',
  'organisation.setting.sso_only': 'Solo con cuentas propias',
  'organisation.setting.sso_only.hint':
    'Las contraseñas y llaves de acceso no valen para correos de esos dominios. Entra así una vez antes. Quien lleva la instalación entra siempre.',
  'organisation.users.unbind': 'Soltar la cuenta de la organización',
  'book.problem.issuer': 'Escribe una dirección completa que empiece por https://, sin signo de interrogación.',
  'book.problem.domain': 'Escribe dominios como ayuntamiento.es, {most} como mucho.',
  'book.problem.domain_taken': '{domain} no se puede usar aquí. Pide ayuda a quien lleva la instalación.',
  'book.event.passkey_added': 'Añadió una llave de acceso',
  'book.event.passkey_removed': 'Quitó una llave de acceso',
  'book.event.passkey_refused': 'Se rechazó una llave de acceso: parece haber dos iguales',
  'book.event.signed_in_passkey': 'Inició sesión con llave de acceso',
  'book.event.signed_in_sign_on': 'Inició sesión con la cuenta de la organización',
  'book.event.sign_on_bound': 'Entró por primera vez con la cuenta de la organización',
  'book.event.sign_on_unbound': 'Soltó la cuenta de la organización',
  'book.event.sign_on_refused': 'Rechazó un acceso con la cuenta de la organización',
  'book.event.sign_on_secret': 'Cambió el secreto de cliente del acceso',
};
