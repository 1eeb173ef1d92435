"""What passwords are made of first, in Portuguese, Spanish and English: folded, four letters or more."""

from __future__ import annotations

from typing import Final

_TEXT: Final = """
    access acceso acesso account admin administrador administrator america amigo amigos amor amore andrea angel angela
    anjo apple argentina baby babygirl bailey banana barcelona baseball basketball batman beautiful bebe bemvindo
    bienvenido bitcoin boca bonita bonito brasil brazil brasileiro butterfly cachorro cambiame cambiar camila
    caramelo carlos casa cavalo changeme charlie chave chaveiro cheese chelsea chile chocolate clave cliente clientes
    coca cocacola colombia compras computador computadora computer conta contrasena corazon coracao
    corinthians cristiano cristo cruzeiro cuenta daniel database default demo deus developer dios diamond dolphin
    dragon eduardo elephant empresa entrar estrela estrella everton example exemplo ejemplo facebook familia
    family felicidade felipe fernanda fernando ferrari flamengo flower football forever freedom friend friends futbol
    futebol gabriel gabriela gatito gato ginger google gremio guest guilherme guitar gustavo hannah harley hello hola
    iloveyou iloveu india instagram inter internet invitado isabella jennifer jessica jesus jesuscristo jordan
    juliana justin killer laura leonardo letmein linda liverpool livre loja lojas london lorenzo love lovely loveme
    lover lucas luis lulu luna manager manchester marcelo marcos maria mariana martin master matheus matrix
    maverick melissa mercado mexico michael michelle milagros miguel minecraft monkey monster mudar mudeme mundo music
    musica myspace naruto natalia nicolas nicole ninja nirvana nothing orders padrao palmeiras panama pantera
    paola parola pass passe passw passwd passwort password pastel patricia paulo pedro peru phoenix pikachu pizza player
    please plataforma pokemon portugal princesa princess produccion producao production prueba purple puppy qwerty
    rafael rainbow rainha realmadrid rebelde ricardo river roberto rodrigo root saopaulo santiago santos samantha
    samsung scooby secret secreta secreto segredo segura seguro senha senhas server servidor shadow shop shopping
    sistema slipknot snoopy soccer sophia sophie spiderman star starwars store summer sunshine superman suporte
    soporte support system teamo teamomucho test teste testing tequiero tigger tienda tigre toor trocar trustno ultra
    united universe user usuario valentina vanessa vasco venezuela verano verao vida victoria vitoria vtex welcome
    whatever whatsapp william winter inverno invierno wordpress xbox yankees yellow
    leavemealone sonyericsson finalfantasy justinbieber needforspeed counterstrike whosyourdaddy devilmaycry iseedeadpeople
    jamesbond playstation peanutbutter residentevil ingodwetrust ticketmaster stratocaster sanfrancisco
    greenlantern warhammer morganstanley michaeljackson systemofadown mortalkombat thecakeisalie christopher theworld
    punksnotdead nightcrawler avrillavigne ilove myfamily fuck fuckyou bitch sonnenschein newproject networking install
    special business mail created network solutions websolutions temp standard polniypizdec ghjcnj gfhjkm ghbdtn
    vladimirovna massimiliano masturbation pornographic contortionist domain lock combat auckland jesuschrist corporate
    euteamo teadoro tequieromucho minhasenha micontrasena miclave mipassword mypassword yourpassword thispassword
    janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro enero febrero marzo mayo
    junio julio septiembre octubre noviembre diciembre january february march april june july august september october
    november december domingo segunda terca quarta quinta sexta sabado lunes martes miercoles jueves viernes monday
    tuesday wednesday thursday friday saturday sunday
"""
WORDS: Final = frozenset(_TEXT.split())
