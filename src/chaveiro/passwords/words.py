"""What passwords are made of first, in Portuguese, Spanish and English: folded, four letters or more."""

from __future__ import annotations

from typing import Final

_TEXT: Final = """
    abril acceso access account acesso admin administrador administrator agosto america amigo amigos amor amore andrea
    angel angela anjo apple april argentina auckland august avrillavigne baby babygirl bailey banana barcelona
    baseball basketball batman beautiful bebe bemvindo bienvenido bitch bitcoin boca bonita bonito brasil brasileiro
    brazil business butterfly cachorro cambiame cambiar camila caramelo carlos casa cavalo changeme charlie chave
    chaveiro cheese chelsea chile chocolate christopher clave cliente clientes coca cocacola colombia combat compras
    computador computadora computer conta contortionist contrasena coracao corazon corinthians corporate counterstrike
    created cristiano cristo cruzeiro cuenta daniel database december default demo deus developer devilmaycry dezembro
    diamond diciembre dios dolphin domain domingo dragon eduardo ejemplo elephant empresa enero entrar estrela
    estrella euteamo everton example exemplo facebook familia family febrero february felicidade felipe fernanda
    fernando ferrari fevereiro finalfantasy flamengo flower football forever freedom friday friend friends fuck
    fuckyou futbol futebol gabriel gabriela gatito gato gfhjkm ghbdtn ghjcnj ginger google greenlantern gremio guest
    guilherme guitar gustavo hannah harley hello hola ilove iloveu iloveyou india ingodwetrust instagram install inter
    internet inverno invierno invitado isabella iseedeadpeople jamesbond janeiro january jennifer jessica jesus
    jesuschrist jesuscristo jordan jueves julho juliana julio july june junho junio justin justinbieber killer laura
    leavemealone leonardo letmein linda liverpool livre lock loja lojas london lorenzo love lovely loveme lover lucas
    luis lulu luna lunes mail maio manager manchester marcelo march marco marcos maria mariana martes martin marzo
    massimiliano master masturbation matheus matrix maverick mayo melissa mercado mexico michael michaeljackson
    michelle miclave micontrasena miercoles miguel milagros minecraft minhasenha mipassword monday monkey monster
    morganstanley mortalkombat mudar mudeme mundo music musica myfamily mypassword myspace naruto natalia needforspeed
    network networking newproject nicolas nicole nightcrawler ninja nirvana nothing november novembro noviembre
    october octubre orders outubro padrao palmeiras panama pantera paola parola pass passe passw passwd password
    passwort pastel patricia paulo peanutbutter pedro peru phoenix pikachu pizza plataforma player playstation please
    pokemon polniypizdec pornographic portugal princesa princess producao produccion production prueba punksnotdead
    puppy purple quarta quinta qwerty rafael rainbow rainha realmadrid rebelde residentevil ricardo river roberto
    rodrigo root sabado samantha samsung sanfrancisco santiago santos saopaulo saturday scooby secret secreta secreto
    segredo segunda segura seguro senha senhas september septiembre server servidor setembro sexta shadow shop
    shopping sistema slipknot snoopy soccer solutions sonnenschein sonyericsson sophia sophie soporte special
    spiderman standard star starwars store stratocaster summer sunday sunshine superman suporte support system
    systemofadown teadoro teamo teamomucho temp tequiero tequieromucho terca test teste testing thecakeisalie theworld
    thispassword thursday ticketmaster tienda tigger tigre toor trocar trustno tuesday ultra united universe user
    usuario valentina vanessa vasco venezuela verano verao victoria vida viernes vitoria vladimirovna vtex warhammer
    websolutions wednesday welcome whatever whatsapp whosyourdaddy william winter wordpress xbox yankees yellow
    yourpassword
"""
WORDS: Final = frozenset(_TEXT.split())
